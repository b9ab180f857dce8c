package dev.portcullis.broadcast;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Detachment;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.broadcast.Publication.Notification;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Publishes for the stage: the policy makes an entry, the moderation judges its text, and it is appended. */
public final class Publisher {
    private final PublishPolicy policy;
    private final ModeratedAppend moderated;
    private final Appender<RoomId> rooms;
    private final Appender<UserId> inboxes;
    private final LongSupplier clock;

    public Publisher(
            PublishPolicy policy,
            ModeratedAppend moderated,
            Appender<RoomId> rooms,
            Appender<UserId> inboxes,
            LongSupplier clock) {
        this.policy = policy;
        this.moderated = moderated;
        this.rooms = rooms;
        this.inboxes = inboxes;
        this.clock = clock;
    }

    Future<PublishResult> publish(PublishRequest request) {
        return request.publication().accept(new Publishing(request, clock.getAsLong()));
    }

    private final class Publishing implements Publication.Cases<Future<PublishResult>> {
        private final PublishRequest request;
        private final long now;

        Publishing(PublishRequest request, long now) {
            this.request = request;
            this.now = now;
        }

        @Override
        public Future<PublishResult> message(Message message) {
            return judged(
                    policy.message(request, message, message.content(), now),
                    entry -> moderated.publish(
                            message.target(),
                            entry,
                            each -> to(message.target()).append(request, each),
                            by -> policy.message(request, message, by, now)));
        }

        /** Appends an event without asking the moderation, which judges texts of chat. */
        @Override
        public Future<PublishResult> event(Event event) {
            return judged(
                    policy.event(request, event, now),
                    entry -> to(event.target()).append(request, entry));
        }

        @Override
        public Future<PublishResult> amendment(Amendment amendment) {
            return amendment
                    .target()
                    .fold(
                            room -> rooms.amend(request, amendment, room, now),
                            user -> inboxes.amend(request, amendment, user, now));
        }

        @Override
        public Future<PublishResult> removal(Removal removal) {
            return rooms.append(request, policy.removal(request, removal, now));
        }

        @Override
        public Future<PublishResult> detachment(Detachment detachment) {
            return rooms.append(request, policy.detachment(request, detachment, now));
        }

        @Override
        public Future<PublishResult> notification(Notification notification) {
            return judged(policy.notification(request, notification, now), entry -> rooms.append(request, entry));
        }
    }

    private Appender<?> to(Target target) {
        return target.fold(room -> rooms, user -> inboxes);
    }

    private static Future<PublishResult> judged(
            Result<AppendRequest, Rejection> judgement, Function<AppendRequest, Future<PublishResult>> append) {
        return judgement.fold(append, why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }
}
