package dev.portcullis.bus;

import dev.portcullis.bus.wire.WireForm;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lets one instance answer one question, wherever it comes from. */
final class QuestionResponder<Q, A> {
    private static final WireForm<RemoteRequest> REQUEST = WireForm.of(RemoteRequest.class);
    private static final DeliveryOptions LOCAL_ONLY = new DeliveryOptions().setLocalOnly(true);

    private final Question<Q, A> question;
    private final Function<Q, Future<A>> answer;
    private final BusLog log;
    private final BusEvents events;

    QuestionResponder(Question<Q, A> question, Function<Q, Future<A>> answer, BusLog log, BusEvents events) {
        this.question = question;
        this.answer = answer;
        this.log = log;
        this.events = events;
    }

    void receive(Message<Object> message, Object body) {
        if (body instanceof RequestSender.LocalRequest asked) {
            receiveLocal(message, asked);
        } else if (body instanceof Buffer bytes) {
            receiveRemote(message, bytes);
        } else {
            refuseUndecodable(message);
        }
    }

    private void receiveLocal(Message<Object> message, RequestSender.LocalRequest asked) {
        if (System.nanoTime() - asked.deadline() <= 0) { // else the asker has given up; doing it now would surprise it
            respond(
                    message,
                    question.requestType().cast(asked.body()),
                    good -> message.reply(new RequestSender.LocalReply(good), LOCAL_ONLY));
        }
    }

    private void receiveRemote(Message<Object> message, Buffer bytes) {
        REQUEST.decode(bytes.getBytes())
                .filter(asked -> asked.leftMs() > 0)
                .flatMap(asked -> WireForm.of(question.requestType()).decode(asked.body()))
                .ifPresentOrElse(
                        asked -> respond(message, asked, good -> message.reply(encoded(good))), () -> refuseUndecodable(message));
    }

    private Buffer encoded(A good) {
        byte[] bytes = WireForm.of(question.replyType()).encode(good);
        events.sent(bytes.length);
        return Buffer.buffer(bytes);
    }

    private void refuseUndecodable(Message<Object> message) {
        events.undecodable();
        ConsumerRegistry.refuse(message);
    }

    private void respond(Message<Object> message, Q asked, Consumer<A> reply) {
        Future<A> future;
        try {
            future = answer.apply(asked);
        } catch (RuntimeException bug) {
            future = Future.failedFuture(bug);
        }
        future.onComplete(reply::accept, broken -> {
            log.answerFailed(question.name(), broken);
            ConsumerRegistry.refuse(message);
        });
    }
}
