/** What all REST routes share: who calls, how parameters come, errors in GitLab's words, pages. */
@NullMarked
package org.newci.standin.rest;

import org.jspecify.annotations.NullMarked;
