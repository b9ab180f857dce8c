package dev.portcullis.client;

import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/** The answer to a frame. A refusal is an answer too. */
public sealed interface Reply {
    <R> R fold(Function<JsonObject, R> granted, Function<Limited, R> limited, Function<Refused, R> refused);

    default <R> R fold(Function<JsonObject, R> granted, Function<JsonObject, R> refused) {
        return fold(granted, limited -> refused.apply(limited.frame()), error -> refused.apply(error.frame()));
    }

    /** Classifies the frame with which the server answered. */
    static Reply of(JsonObject frame) {
        return switch (String.valueOf(frame.getValue("type"))) {
            case "rate_limited" -> new Limited(frame, new ServerMessage("rate_limited", frame).limited());
            case "error" -> new Refused(frame, new ServerMessage("error", frame).refused());
            default -> new Granted(frame);
        };
    }

    /** An {@code ack}, {@code joined}, {@code history} or similar frame. */
    record Granted(JsonObject frame) implements Reply {
        @Override
        public <R> R fold(Function<JsonObject, R> granted, Function<Limited, R> limited, Function<Refused, R> refused) {
            return granted.apply(frame);
        }
    }

    record Limited(JsonObject frame, ClientEvent.Limited limit) implements Reply {
        @Override
        public <R> R fold(Function<JsonObject, R> granted, Function<Limited, R> limited, Function<Refused, R> refused) {
            return limited.apply(this);
        }
    }

    record Refused(JsonObject frame, ClientEvent.Refused why) implements Reply {
        @Override
        public <R> R fold(Function<JsonObject, R> granted, Function<Limited, R> limited, Function<Refused, R> refused) {
            return refused.apply(this);
        }

        boolean is(Reason reason) {
            return why.reason().equals(reason.id());
        }
    }
}
