package io.caravan.alert;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.internet.AddressException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/** Whether a mail server has refused a mail for good: its reply begins with 5 (RFC 5321, 4.2.1), or the address is none. */
final class MailRefusal {
    private MailRefusal() {}

    static boolean isPermanent(@Nullable Throwable failure) {
        return failure != null && (isFinal(failure) || isPermanent(failure.getCause()));
    }

    private static boolean isFinal(Throwable failure) {
        if (failure instanceof SMTPAddressFailedException address) {
            return address.getReturnCode() >= 500;
        }
        if (failure instanceof SMTPSenderFailedException sender) {
            return sender.getReturnCode() >= 500;
        }
        if (failure instanceof SMTPSendFailedException reply) {
            return reply.getReturnCode() >= 500;
        }
        boolean isUnknownUser = failure instanceof AuthenticationFailedException
                && String.valueOf(failure.getMessage()).startsWith("5");
        return isUnknownUser || failure instanceof AddressException;
    }
}
