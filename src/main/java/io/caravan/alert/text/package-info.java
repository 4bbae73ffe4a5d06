/**
 * Texts of messages: templates in files, escaped for the service that shows them and cut to what it takes. Start reading at {@link io.caravan.alert.text.Texts}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.text;
