package dev.portcullis.http.outgoing;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.audit.tracing.OutgoingSpan;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.protocol.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One call: resolve, judge, connect to what was judged, send, receive. The deadline covers all of it: a bound on each
 * silence would let a server send a byte now and then for ever (CWE-400). Runs on one context.
 */
final class OutgoingCall {
    private static final int MAX_ADDRESSES = 4;
    private static final int MAX_INTERIM = 8;
    private static final int MAX_PIECES = 8_192;

    private final Vertx vertx;
    private final OutgoingConnections connections;
    private final OutgoingAddresses addresses;
    private final OutgoingConfig config;
    private final Context context;
    private final OutgoingUrl url;
    private final OutgoingRequest request;
    private final String nonce = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final Promise<Result<OutgoingAnswer, Why>> promise;
    private final Optional<OutgoingSpan> span;
    private final Buffer body = Buffer.buffer();
    private final long endsAt;
    private @Nullable HttpClientRequest open;
    private @Nullable OutgoingAnswer sufficient; // where only the status was asked for
    private long timer;
    private int interim;
    private int pieces;
    private int received;
    private boolean over;

    OutgoingCall(
            Vertx vertx,
            OutgoingConnections connections,
            OutgoingAddresses addresses,
            OutgoingConfig config,
            OutgoingUrl url,
            OutgoingRequest request) {
        this.vertx = vertx;
        this.connections = connections;
        this.addresses = addresses;
        this.config = config;
        this.context = vertx.getOrCreateContext();
        this.promise = ActiveSpan.promiseOn(context); // an answer comes on the context of its connection
        this.span = OutgoingSpan.begin(context, request.method(), url.authority());
        this.url = url;
        this.request = request;
        this.endsAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMs());
    }

    Future<Result<OutgoingAnswer, Why>> begin() {
        context.runOnContext(any -> {
            timer = vertx.setTimer(deadlineMs(), late -> refuse(Why.TIMED_OUT));
            addresses
                    .find(url)
                    .onSuccess(found -> context.runOnContext(then -> found.fold(
                                    addresses -> (Runnable) () -> start(addresses), why -> () -> refuse(why))
                            .run()));
        });
        return promise.future();
    }

    private long deadlineMs() {
        return request.withinMs().orElse(config.deadlineMs());
    }

    private void start(List<InetAddress> judged) {
        List<InetAddress> candidates = judged.stream().limit(MAX_ADDRESSES).toList();
        try {
            RequestOptions options = options();
            takeKept(candidates)
                    .ifPresentOrElse(
                            kept -> request(kept, options, () -> connect(candidates, options)),
                            () -> connect(candidates, options));
        } catch (RuntimeException bug) { // such as a header that can't be sent
            over = true;
            vertx.cancelTimer(timer);
            span.ifPresent(each -> each.refused(bug.getClass().getName()));
            promise.fail(bug);
        }
    }

    private RequestOptions options() {
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setURI(url.target())
                .setFollowRedirects(false);
        request.headers().forEach(options::putHeader);
        span.ifPresent(each -> each.write((name, value) -> options.putHeader(name, value)));
        return options.putHeader(HttpHeaders.HOST, url.authority()).putHeader(AnswerHead.NONCE, nonce);
    }

    /** Connections belong to event loops. */
    private Optional<OutgoingConnection> takeKept(List<InetAddress> candidates) {
        return context.isEventLoopContext() ? connections.take(url, candidates) : Optional.empty();
    }

    /**
     * An address may use its share of what is left of the time: one that is silent leaves time for those after it. If
     * others fail too, the last failure counts.
     */
    private void connect(List<InetAddress> candidates, RequestOptions options) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endsAt - System.nanoTime());
        if (over || leftMs <= 0) {
            refuse(Why.TIMED_OUT);
            return;
        }
        List<InetAddress> others = candidates.subList(1, candidates.size());
        connections
                .connect(url, candidates.get(0), Math.max(1, leftMs / candidates.size()))
                .onComplete(made -> request(made, options, () -> refuse(Why.BROKEN_ANSWER)), failure -> {
                    Why why = whyNotConnected(failure);
                    if (why != Why.TLS_FAILED && !others.isEmpty()) {
                        connect(others, options);
                    } else {
                        refuse(why);
                    }
                });
    }

    /** @param unanswered the step for a request that may be sent again, since it was not sent, or may be sent twice */
    private void request(OutgoingConnection connection, RequestOptions options, Runnable unanswered) {
        if (over) {
            connection.close();
            return;
        }
        connection
                .request(options)
                .onComplete(begun -> send(begun, connection, unanswered), closed -> unanswered.run());
    }

    private void send(HttpClientRequest begun, OutgoingConnection connection, Runnable unanswered) {
        open = begun;
        if (over) {
            begun.reset();
            return;
        }
        begun.continueHandler(any -> countInterim());
        begun.earlyHintsHandler(any -> countInterim());
        begun.send(request.body()).onComplete(response -> receive(response, connection), failure -> {
            open = null;
            if (!over && connection.wasKept() && interim == 0 && request.idempotent() && isClosed(failure)) {
                unanswered.run();
            } else {
                refuse(Why.BROKEN_ANSWER);
            }
        });
    }

    private void receive(HttpClientResponse response, OutgoingConnection connection) {
        AnswerHead head = new AnswerHead(request.method(), response.statusCode(), response.headers());
        if (!head.isOf(nonce, connection.wasKept())) {
            refuse(Why.BROKEN_ANSWER);
            return;
        }
        head.refusal().ifPresentOrElse(this::refuse, () -> {
            OutgoingAnswer answer = new OutgoingAnswer(head.status(), head.headers(), body);
            sufficient = request.statusOnly() ? answer : null;
            head.refusalOfBody(config.answerBytes()).ifPresentOrElse(this::refuse, () -> {
                response.exceptionHandler(failure -> refuse(Why.BROKEN_ANSWER));
                response.handler(this::append);
                response.endHandler(any -> {
                    release(connection, head.hasNonce() && head.keepsConnection());
                    end(Result.done(answer));
                });
            });
        });
    }

    private void release(OutgoingConnection connection, boolean kept) {
        if (kept && !over && context.isEventLoopContext()) {
            connections.keep(connection);
        } else {
            connection.close();
        }
    }

    /** A server may send any number of 1xx before its answer (RFC 9110, section 15.2). Vert.x hands on 100 and 103. */
    private void countInterim() {
        interim++;
        if (interim > MAX_INTERIM) {
            refuse(Why.BROKEN_ANSWER);
        }
    }

    /** A chunk of one byte may have kilobytes of extensions, which are in no sum of bytes: so pieces are counted too. */
    private void append(Buffer chunk) {
        pieces++;
        received += chunk.length();
        if (pieces > MAX_PIECES || received > config.answerBytes()) {
            refuse(Why.TOO_LARGE);
        } else if (!over && !request.statusOnly()) {
            body.appendBuffer(chunk);
        }
    }

    /** Ends the connection. The call may have its answer all the same, if only the status was asked for and has come. */
    private void refuse(Why why) {
        HttpClientRequest begun = open;
        OutgoingAnswer before = sufficient;
        boolean first = !over;
        end(before == null ? Result.refused(why) : Result.done(before));
        if (first && begun != null) {
            begun.reset(); // reports a failure at once, which comes too late to be the reason
        }
    }

    private void end(Result<OutgoingAnswer, Why> result) {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            span.ifPresent(each -> result.<Runnable>fold(
                            answer -> () -> each.answered(answer.status()),
                            why -> () -> each.refused(why.name().toLowerCase(Locale.ROOT)))
                    .run());
            promise.complete(result);
        }
    }

    private static Why whyNotConnected(Throwable failure) {
        if (failure instanceof SSLException || failure.getCause() instanceof SSLException) {
            return Why.TLS_FAILED;
        }
        return failure instanceof TimeoutException ? Why.TIMED_OUT : Why.CONNECT_FAILED;
    }

    /** The server may have closed the connection before the request arrived. */
    private static boolean isClosed(Throwable failure) {
        return failure instanceof HttpClosedException || failure instanceof IOException;
    }
}
