package dev.portcullis.http.routing;

import dev.portcullis.http.HttpRefusal;
import java.util.function.Consumer;

/** What an {@link OperationGuard} decides. */
public sealed interface Admission {
    void fold(Consumer<Caller> admitted, Consumer<HttpRefusal> refused);

    /** Whose request it is, as the guard knows it. A guard has one kind of caller, which its operations ask for. */
    interface Caller {}

    /** The request goes on to its operation. */
    record Admitted(Caller caller) implements Admission {
        @Override
        public void fold(Consumer<Caller> admitted, Consumer<HttpRefusal> refused) {
            admitted.accept(caller);
        }
    }

    /** The request is refused. */
    record Refused(HttpRefusal why) implements Admission {
        @Override
        public void fold(Consumer<Caller> admitted, Consumer<HttpRefusal> refused) {
            refused.accept(why);
        }
    }
}
