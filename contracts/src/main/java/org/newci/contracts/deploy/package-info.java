/** What the deploy worker takes and answers over HTTP: records only, JSON in snake_case. */
@NullMarked
package org.newci.contracts.deploy;

import org.jspecify.annotations.NullMarked;
