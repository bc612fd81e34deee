/** What it means to publish a blob under a name: order, identity, atomicity. */
@NullMarked
package org.newci.deploy.publish;

import org.jspecify.annotations.NullMarked;
