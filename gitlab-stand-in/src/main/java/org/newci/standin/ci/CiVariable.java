package org.newci.standin.ci;

/**
 * A variable that the file sets.
 *
 * @param raw true when {@code expand: false} forbids to replace {@code $NAME} in the value
 */
public record CiVariable(String key, String value, boolean raw) {}
