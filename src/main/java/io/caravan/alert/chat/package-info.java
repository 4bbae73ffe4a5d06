/**
 * The chat of our own page: messages as a receiver gets them, kept so that a reload and a restart show them again. Start reading at {@link io.caravan.alert.chat.ChatBoard}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.chat;
