/** Upload grants: one blob name, one build, once; for jobs that upload by themselves. */
@NullMarked
package org.newci.store.grant;

import org.jspecify.annotations.NullMarked;
