package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
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
        if (body instanceof RequestSender.LocalRequest request) {
            receiveLocal(message, request);
        } else if (body instanceof Buffer bytes) {
            receiveRemote(message, bytes);
        } else {
            refuseUndecodable(message);
        }
    }

    private void receiveLocal(Message<Object> message, RequestSender.LocalRequest request) {
        if (System.nanoTime() - request.deadline()
                <= 0) { // after the deadline the caller has given up and must not find it done
            respond(
                    message,
                    question.requestType().cast(request.body()),
                    reply -> message.reply(new RequestSender.LocalReply(reply), LOCAL_ONLY));
        }
    }

    private void receiveRemote(Message<Object> message, Buffer bytes) {
        REQUEST.decode(bytes.getBytes())
                .filter(request -> request.leftMs() > 0)
                .flatMap(request -> WireForm.of(question.requestType()).decode(request.body()))
                .ifPresentOrElse(
                        request -> respond(message, request, reply -> message.reply(encoded(reply))),
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

    private void respond(Message<Object> message, Q request, Consumer<A> reply) {
        Future<A> future;
        try {
            future = answer.apply(request);
        } catch (RuntimeException bug) {
            future = Future.failedFuture(bug);
        }
        future.onComplete(reply::accept, cause -> {
            if (cause instanceof AnswerUnavailable) {
                ConsumerRegistry.answerUnavailable(message);
            } else {
                log.answerFailed(question.name(), cause);
                ConsumerRegistry.refuse(message);
            }
        });
    }
}
