package io.caravan.poll;

import java.util.Optional;

/** A call whose access token was refused; another one may help. */
final class TokenRefusedException extends CallFailedException {
    private static final long serialVersionUID = 1L;

    TokenRefusedException(String message, int status) {
        super(ErrorKind.UNAUTHORIZED, message, status, Optional.empty());
    }
}
