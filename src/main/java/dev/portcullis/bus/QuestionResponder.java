package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Answers one question for one instance, from this node and from others. */
final class QuestionResponder<Q, A> {
    private static final WireForm<RemoteRequest> REQUEST = WireForm.of(RemoteRequest.class);
    private static final DeliveryOptions LOCAL_ONLY = new DeliveryOptions().setLocalOnly(true);

    private final Question<Q, A> question;
    private final Function<Q, Future<A>> answer;
    private final BusLog log;
    private final Metrics metrics;

    QuestionResponder(Question<Q, A> question, Function<Q, Future<A>> answer, BusLog log, Metrics metrics) {
        this.question = question;
        this.answer = answer;
        this.log = log;
        this.metrics = metrics;
    }

    void receive(Message<Object> message, Object body) {
        if (body instanceof LocalRequest<?> request) {
            receiveLocal(message, request);
        } else if (body instanceof Buffer bytes) {
            receiveRemote(message, bytes);
        } else {
            refuseUndecodable(message);
        }
    }

    private void receiveLocal(Message<Object> message, LocalRequest<?> request) {
        if (System.nanoTime() - request.deadline()
                <= 0) { // after the deadline the caller has given up and must not find it done
            respond(
                    question.requestType().cast(request.body()),
                    message.replyAddress() == null
                            ? request
                            : replyTo(
                                    message, reply -> message.reply(new RequestSender.LocalReply(reply), LOCAL_ONLY)));
        }
    }

    private void receiveRemote(Message<Object> message, Buffer bytes) {
        REQUEST.decode(bytes.getBytes())
                .filter(request -> request.leftMs() > 0)
                .flatMap(request -> WireForm.of(question.requestType()).decode(request.body()))
                .ifPresentOrElse(
                        request -> respond(request, replyTo(message, reply -> message.reply(encoded(reply)))),
                        () -> refuseUndecodable(message));
    }

    private Buffer encoded(A reply) {
        byte[] bytes = WireForm.of(question.replyType()).encode(reply);
        metrics.count(Metric.BUS_SENT_BYTES, bytes.length);
        return Buffer.buffer(bytes);
    }

    private void refuseUndecodable(Message<Object> message) {
        metrics.count(Metric.BUS_UNDECODABLE);
        ConsumerRegistry.refuse(message);
    }

    private static <A> Completable<A> replyTo(Message<Object> message, Consumer<A> reply) {
        return (answer, failure) -> {
            if (failure instanceof ReplyException refusal) {
                ConsumerRegistry.refuse(message, refusal.failureCode());
            } else {
                reply.accept(answer);
            }
        };
    }

    /** @param caller is told of a failure only by a {@link ReplyException} without its cause */
    private void respond(Q request, Completable<? super A> caller) {
        Future<A> future;
        try {
            future = answer.apply(request);
        } catch (RuntimeException bug) {
            future = Future.failedFuture(bug);
        }
        future.onComplete(caller::succeed, cause -> caller.fail(refusal(cause)));
    }

    private ReplyException refusal(Throwable cause) {
        if (cause instanceof AnswerUnavailable) {
            return ConsumerRegistry.refusal(ConsumerRegistry.UNAVAILABLE);
        }
        log.answerFailed(question.name(), cause);
        return ConsumerRegistry.refusal(ConsumerRegistry.FAILED);
    }
}
