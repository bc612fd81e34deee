/** How source repositories are named: patterns of their URLs. */
@NullMarked
package org.newci.contracts.source;

import org.jspecify.annotations.NullMarked;
