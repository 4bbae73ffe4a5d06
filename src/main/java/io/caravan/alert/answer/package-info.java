/**
 * What people do about incidents from where they hear of them: signed links, buttons in chats, and what services say of a message's fate. Start reading at {@link io.caravan.alert.answer.Answers};
 * {@link io.caravan.alert.answer.LinkSigner} makes and knows the links.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.answer;
