package io.caravan.alert.answer;

/** Understands what one service sends. Checks first that it is from there. */
public interface Hook {
    HookAnswer receive(HookRequest request);
}
