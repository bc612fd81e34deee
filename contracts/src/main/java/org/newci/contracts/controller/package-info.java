/** What the controller takes and answers over HTTP: records only, JSON in snake_case. */
@NullMarked
package org.newci.contracts.controller;

import org.jspecify.annotations.NullMarked;
