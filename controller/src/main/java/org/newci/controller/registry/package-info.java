/**
 * Who may build what: the project registry ({@code projects.yaml}), read, checked, and asked. It
 * decides by patterns of repository URLs and knows nothing of builds that run.
 */
@NullMarked
package org.newci.controller.registry;

import org.jspecify.annotations.NullMarked;
