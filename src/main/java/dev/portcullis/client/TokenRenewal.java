package dev.portcullis.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the server another token before the last one ends, so that the connection stays. Without another token the
 * server closes the connection at the end.
 */
final class TokenRenewal {
    /** A source of very short tokens must not flood the server. */
    private static final long MIN_PAUSE_MS = 10_000;

    private static final long RETRY_MS = 5_000;

    /** The last offer comes so long before the former token ends, and the session with it. */
    private static final long LAST_OFFER_MS = 2_000;

    private final FrameChannel transport;
    private final Context context;
    private final Supplier<Future<String>> source;
    private final Consumer<String> renewed;
    private final InstantSource wall;
    private String last = "";
    private int generation;
    private boolean inProgress;
    private long notBefore = Long.MIN_VALUE;
    private long endsAt;

    /**
     * @param renewed gets each token that the server has taken
     * @param wall the time by which tokens end
     */
    TokenRenewal(
            FrameChannel transport,
            Context context,
            Supplier<Future<String>> source,
            Consumer<String> renewed,
            InstantSource wall) {
        this.transport = transport;
        this.context = context;
        this.source = source;
        this.renewed = renewed;
        this.wall = wall;
    }

    /** A new connection begins with this token. */
    void connecting(String token) {
        last = token;
        generation++;
        inProgress = false;
        notBefore = Long.MIN_VALUE;
    }

    void disconnected() {
        generation++;
    }

    /** @param end of the token, in milliseconds */
    void expiring(long end) {
        endsAt = end;
        if (!inProgress) {
            inProgress = true;
            long now = transport.now();
            renewIn(notBefore == Long.MIN_VALUE ? 0 : Math.max(0, notBefore - now));
        }
    }

    /** Offers a token again after this time, but once more before the session ends. */
    private void retry(long wantedMs) {
        long lastMs = endsAt - wall.millis() - LAST_OFFER_MS;
        renewIn(lastMs > 0 ? Math.min(wantedMs, lastMs) : wantedMs);
    }

    private void renewIn(long inMs) {
        int current = generation;
        if (inMs == 0) {
            renew(current);
        } else {
            transport.later(inMs, () -> renew(current));
        }
    }

    private void renew(int current) {
        if (current == generation) {
            source.get()
                    .onComplete((token, failure) -> context.runOnContext(any -> {
                        if (current == generation) {
                            offer(token);
                        }
                    }));
        }
    }

    /** @param token null if the source has failed */
    private void offer(@Nullable String token) {
        if (token == null) {
            retry(RETRY_MS);
        } else if (token.equals(last) || !Dialer.canCarry(token)) {
            retry(RETRY_MS); // the source may have another one before the last one ends
        } else {
            int current = generation;
            transport
                    .ask(new JsonObject().put("type", "token_refresh").put("token", token))
                    .onSuccess(answer -> {
                        if (current == generation) {
                            answered(token, answer);
                        }
                    })
                    .onFailure(unanswered -> {
                        if (current == generation) {
                            retry(RETRY_MS);
                        }
                    });
        }
    }

    private void answered(String token, JsonObject answer) {
        RoomState.repeatMs(answer).ifPresentOrElse(this::retry, () -> {
            inProgress = false;
            if ("token_refreshed".equals(answer.getValue("type"))) {
                last = token;
                notBefore = transport.now() + MIN_PAUSE_MS;
                renewed.accept(token);
                new ServerMessage("token_refreshed", answer)
                        .number("expiresAt")
                        .ifPresent(end -> transport.emit(new ClientEvent.TokenRefreshed(end)));
            }
        });
    }
}
