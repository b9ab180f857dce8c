package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingResult.Answered;
import dev.portcullis.http.outgoing.OutgoingResult.Refused;
import dev.portcullis.http.outgoing.OutgoingResult.Why;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
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
    private final HttpClient client;
    private final OutgoingAddresses addresses;
    private final OutgoingConfig config;
    private final Context context;
    private final OutgoingUrl url;
    private final OutgoingRequest request;
    private final Promise<OutgoingResult> promise = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private final long endsAt;
    private @Nullable HttpClientRequest open;
    private long timer;
    private int interim;
    private int pieces;
    private boolean over;

    OutgoingCall(
            Vertx vertx,
            HttpClient client,
            OutgoingAddresses addresses,
            OutgoingConfig config,
            OutgoingUrl url,
            OutgoingRequest request) {
        this.vertx = vertx;
        this.client = client;
        this.addresses = addresses;
        this.config = config;
        this.context = vertx.getOrCreateContext();
        this.url = url;
        this.request = request;
        this.endsAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.deadlineMs());
    }

    Future<OutgoingResult> begin() {
        context.runOnContext(any -> {
            timer = vertx.setTimer(config.deadlineMs(), late -> refuse(Why.TIMED_OUT));
            addresses
                    .find(url)
                    .onSuccess(found -> context.runOnContext(then -> found.refusal()
                            .ifPresentOrElse(
                                    this::refuse,
                                    () -> connect(found.addresses().stream()
                                            .limit(MAX_ADDRESSES)
                                            .toList()))));
        });
        return promise.future();
    }

    private void connect(List<InetAddress> candidates) {
        try {
            connectTo(candidates.get(0), candidates.subList(1, candidates.size()));
        } catch (RuntimeException bug) { // such as a header that can't be sent
            over = true;
            vertx.cancelTimer(timer);
            promise.fail(bug);
        }
    }

    /**
     * The pool knows a connection by address and host, so that one is never used for another. An address may use its
     * share of what is left: one that is silent leaves time for those after it.
     */
    private void connectTo(InetAddress address, List<InetAddress> others) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(endsAt - System.nanoTime());
        if (over || leftMs <= 0) {
            refuse(Why.TIMED_OUT);
            return;
        }
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setServer(SocketAddress.inetSocketAddress(url.port(), address.getHostAddress()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.secure())
                .setURI(url.target())
                .setFollowRedirects(false)
                .setConnectTimeout(Math.max(1, leftMs / (1 + others.size())));
        request.headers().forEach(options::putHeader);
        options.putHeader(HttpHeaders.HOST, url.authority());
        client.request(options).onComplete((connected, failure) -> {
            if (failure == null) {
                send(connected);
                return;
            }
            Why why = whyNotConnected(failure);
            if ((why == Why.CONNECT_FAILED || why == Why.TIMED_OUT) && !others.isEmpty()) {
                connect(others);
            } else {
                refuse(why);
            }
        });
    }

    private void send(HttpClientRequest connected) {
        open = connected;
        if (over) {
            connected.reset();
            return;
        }
        connected.continueHandler(any -> countInterim());
        connected.earlyHintsHandler(any -> countInterim());
        connected.send(request.body()).onComplete((response, failure) -> {
            if (failure == null) {
                receive(response);
            } else {
                refuse(Why.BROKEN_ANSWER);
            }
        });
    }

    private void receive(HttpClientResponse response) {
        AnswerHead head = new AnswerHead(request.method(), response.statusCode(), response.headers());
        head.refusal(config.answerBytes()).ifPresentOrElse(this::refuse, () -> {
            response.exceptionHandler(failure -> refuse(Why.BROKEN_ANSWER));
            response.handler(this::append);
            response.endHandler(any -> end(new Answered(head.status(), head.headers(), body)));
        });
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
        if (pieces > MAX_PIECES || body.length() + chunk.length() > config.answerBytes()) {
            refuse(Why.TOO_LARGE);
        } else if (!over) {
            body.appendBuffer(chunk);
        }
    }

    private void refuse(Why why) {
        HttpClientRequest begun = open;
        boolean first = !over;
        end(new Refused(why));
        if (first && begun != null) {
            begun.reset(); // reports a failure at once, which comes too late to be the reason
        }
    }

    private void end(OutgoingResult result) {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            promise.complete(result);
        }
    }

    private static Why whyNotConnected(Throwable failure) {
        if (failure instanceof ConnectionPoolTooBusyException) {
            return Why.BUSY;
        }
        if (failure instanceof SSLException || failure.getCause() instanceof SSLException) {
            return Why.TLS_FAILED;
        }
        return failure instanceof TimeoutException ? Why.TIMED_OUT : Why.CONNECT_FAILED;
    }
}
