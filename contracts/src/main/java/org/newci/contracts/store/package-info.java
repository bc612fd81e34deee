/** What the artifact store answers over HTTP: records only, JSON in snake_case. */
@NullMarked
package org.newci.contracts.store;

import org.jspecify.annotations.NullMarked;
