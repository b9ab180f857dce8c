package dev.portcullis.admin;

import dev.portcullis.http.HttpRefusal;
import java.util.function.Consumer;

/** The decision whether a request to the operators' listener is admitted. */
sealed interface AdminAccess {
    AdminAccess GRANTED = new Granted();

    void fold(Runnable granted, Consumer<HttpRefusal> refused);

    record Granted() implements AdminAccess {
        @Override
        public void fold(Runnable granted, Consumer<HttpRefusal> refused) {
            granted.run();
        }
    }

    record Refused(HttpRefusal why) implements AdminAccess {
        @Override
        public void fold(Runnable granted, Consumer<HttpRefusal> refused) {
            refused.accept(why);
        }
    }
}
