/**
 * The commands that people type, one class each: they parse, call a room and print. Start reading at the command whose name
 * you typed; {@code io.caravan.Main} lists them.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.cli;
