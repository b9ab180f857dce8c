package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.TimeUnit;

/** Sends one question to one instance: as an object within this node, in its wire form to another. */
final class RequestSender {
    private static final WireForm<RemoteRequest> REQUEST = WireForm.of(RemoteRequest.class);

    private final Vertx vertx;
    private final EventBus eventBus;
    private final String node;
    private final LocalSenders local;
    private final Metrics metrics;
    private final ThreadLocal<UnansweredRequests> pending;

    /** An answer within this node that belongs to a trace. */
    record LocalReply(Object body) {}

    RequestSender(Vertx vertx, String node, LocalSenders local, Metrics metrics) {
        this.vertx = vertx;
        this.eventBus = vertx.eventBus();
        this.node = node;
        this.local = local;
        this.metrics = metrics;
        this.pending = ThreadLocal.withInitial(() -> new UnansweredRequests(vertx));
    }

    <Q, A> Future<A> ask(Question<Q, A> question, StageInstance instance, Q body, long millis) {
        return instance.node().equals(node)
                ? askLocal(question, instance.instance(), body, millis)
                : askRemote(question, question.address(instance.node(), instance.instance()), body, millis);
    }

    private <Q, A> Future<A> askLocal(Question<Q, A> question, int instance, Q body, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Promise<A> answer = ActiveSpan.promiseOn(vertx.getOrCreateContext());
        LocalRequest<A> request = new LocalRequest<>(body, deadline, question.replyType(), answer, pending.get());
        pending.get().add(request);
        if (ActiveSpan.current() == null) {
            local.to(question, instance).write(request).onFailure(request::fail);
        } else {
            requestTraced(question.address(node, instance), request, millis);
        }
        return answer.future();
    }

    /** Has Vert.x wait for a reply, which ends the spans on both sides. */
    private void requestTraced(String address, LocalRequest<?> request, long millis) {
        eventBus.<LocalReply>request(
                        address,
                        request,
                        new DeliveryOptions().setLocalOnly(true).setSendTimeout(millis))
                .map(reply -> reply.body().body())
                .onComplete(request);
    }

    private <Q, A> Future<A> askRemote(Question<Q, A> question, String address, Q body, long millis) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(millis);
        byte[] bytes = REQUEST.encode(
                new RemoteRequest(millis, WireForm.of(question.requestType()).encode(body)));
        metrics.count(Metric.BUS_SENT_BYTES, bytes.length);
        return eventBus.<Buffer>request(address, Buffer.buffer(bytes), options)
                .compose(reply -> WireForm.of(question.replyType())
                        .decode(reply.body().getBytes())
                        .map(Future::succeededFuture)
                        .orElseGet(this::undecodable));
    }

    private <A> Future<A> undecodable() {
        metrics.count(Metric.BUS_UNDECODABLE);
        return Future.failedFuture("undecodable answer");
    }
}
