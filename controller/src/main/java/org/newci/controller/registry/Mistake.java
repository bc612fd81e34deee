package org.newci.controller.registry;

/**
 * Something wrong in a registry file.
 *
 * @param line from 1
 * @param sentence what is wrong and what was expected
 */
public record Mistake(int line, String sentence) {}
