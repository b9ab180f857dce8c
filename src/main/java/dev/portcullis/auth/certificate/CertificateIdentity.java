package dev.portcullis.auth.certificate;

import dev.portcullis.protocol.UserId;
import java.util.function.Function;
import java.util.function.Supplier;

/** Which user a certificate means. */
sealed interface CertificateIdentity {
    <R> R fold(Function<UserId, R> user, Supplier<R> none, Supplier<R> unclear);

    record User(UserId id) implements CertificateIdentity {
        @Override
        public <R> R fold(Function<UserId, R> user, Supplier<R> none, Supplier<R> unclear) {
            return user.apply(id);
        }
    }

    /** No name fits, or certificates are no credentials here. */
    enum None implements CertificateIdentity {
        NONE;

        @Override
        public <R> R fold(Function<UserId, R> user, Supplier<R> none, Supplier<R> unclear) {
            return none.get();
        }
    }

    /** Several names fit and mean different users, or the one that fits is no user id. */
    enum Unclear implements CertificateIdentity {
        UNCLEAR;

        @Override
        public <R> R fold(Function<UserId, R> user, Supplier<R> none, Supplier<R> unclear) {
            return unclear.get();
        }
    }
}
