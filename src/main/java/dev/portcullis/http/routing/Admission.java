package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import java.util.Optional;
import java.util.function.Consumer;

/** The decision of an {@link OperationGuard}. */
public sealed interface Admission {
    void fold(Consumer<Caller> admitted, Consumer<Refused> refused);

    /** The caller of a request, as the guard knows it. A guard has one kind of caller, which its operations ask for. */
    interface Caller {
        /** The key under which the bodies of the caller count, other than any address. Empty if they count for its address. */
        Optional<String> payer();
    }

    /** The request goes on to its operation. */
    record Admitted(Caller caller) implements Admission {
        @Override
        public void fold(Consumer<Caller> admitted, Consumer<Refused> refused) {
            admitted.accept(caller);
        }
    }

    /**
     * The request is refused.
     *
     * @param requestId of the audit event that tells the cause; empty if the guard has written none
     */
    record Refused(HttpRefusal why, Optional<String> requestId) implements Admission {
        public Refused(HttpRefusal why) {
            this(why, Optional.empty());
        }

        @Override
        public void fold(Consumer<Caller> admitted, Consumer<Refused> refused) {
            refused.accept(this);
        }
    }
}
