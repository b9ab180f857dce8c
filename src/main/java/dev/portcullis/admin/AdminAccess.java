package dev.portcullis.admin;

import dev.portcullis.http.HttpRefusal;
import java.util.Optional;
import java.util.function.Consumer;

/** The decision whether a request to the operators' listener is admitted. */
sealed interface AdminAccess {
    AdminAccess GRANTED = new Granted();

    void fold(Runnable granted, Consumer<HttpRefusal> refused);

    /** Empty if the request is admitted. */
    Optional<HttpRefusal> refusal();

    record Granted() implements AdminAccess {
        @Override
        public void fold(Runnable granted, Consumer<HttpRefusal> refused) {
            granted.run();
        }

        @Override
        public Optional<HttpRefusal> refusal() {
            return Optional.empty();
        }
    }

    record Refused(HttpRefusal why) implements AdminAccess {
        @Override
        public void fold(Runnable granted, Consumer<HttpRefusal> refused) {
            refused.accept(why);
        }

        @Override
        public Optional<HttpRefusal> refusal() {
            return Optional.of(why);
        }
    }
}
