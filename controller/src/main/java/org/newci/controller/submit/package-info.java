/** How builds come in: what may be asked for, by POST /cd, retry and cancel. */
@NullMarked
package org.newci.controller.submit;

import org.jspecify.annotations.NullMarked;
