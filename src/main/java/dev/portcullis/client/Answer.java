package dev.portcullis.client;

import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** What came of a frame: a refusal is an answer too. */
public sealed interface Answer {
    <R> R accept(Cases<R> cases);

    default <R> R fold(Function<JsonObject, R> granted, Function<JsonObject, R> refused) {
        return accept(new Cases<>() {
            @Override
            public R granted(Granted answer) {
                return granted.apply(answer.frame());
            }

            @Override
            public R limited(Limited answer) {
                return refused.apply(answer.frame());
            }

            @Override
            public R refused(Refused answer) {
                return refused.apply(answer.frame());
            }
        });
    }

    /** Sorts the frame with which a server answered. */
    static Answer of(JsonObject frame) {
        return switch (String.valueOf(frame.getValue("type"))) {
            case "rate_limited" -> new Limited(frame, new Heard("rate_limited", frame).limited());
            case "error" -> new Refused(frame, new Heard("error", frame).refused());
            default -> new Granted(frame);
        };
    }

    /** One arm for each answer. */
    interface Cases<R> {
        R granted(Granted answer);

        R limited(Limited answer);

        R refused(Refused answer);
    }

    /** {@code ack}, {@code joined}, {@code history} and their like. */
    record Granted(JsonObject frame) implements Answer {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.granted(this);
        }
    }

    record Limited(JsonObject frame, Event.Limited limit) implements Answer {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.limited(this);
        }
    }

    record Refused(JsonObject frame, Event.Refused why) implements Answer {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.refused(this);
        }

        boolean is(Reason reason) {
            return why.reason().equals(reason.word());
        }
    }
}
