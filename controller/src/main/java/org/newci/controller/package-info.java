/** The controller: decides what happens next to each build. Wiring only; the flow is below. */
@NullMarked
package org.newci.controller;

import org.jspecify.annotations.NullMarked;
