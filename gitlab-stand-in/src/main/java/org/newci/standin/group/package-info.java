/** Groups, namespaces, and who belongs to a group or project. */
@NullMarked
package org.newci.standin.group;

import org.jspecify.annotations.NullMarked;
