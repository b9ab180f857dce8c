package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.PublishAnswer;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.PublishRequest;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Duplicate;
import dev.portcullis.streams.AppendResult.Placed;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Edits and deletes direct messages: in the recipient's inbox, then in the author's own, with a key in each. If an attempt breaks
 * off between the two, the next one under its key completes it, as for a message.
 */
final class DirectAmender {
    private final StreamStore streams;
    private final PublishPolicy policy;
    private final int searched;
    private final FanOut fanOut;
    private final ModeratedAppend moderated;

    /**
     * Runs the amendments of one message one after the other: two edits at a time could end in another order in each of the two
     * inboxes. It orders those of this node alone.
     */
    private final InOrder<Message> inOrder = new InOrder<>();

    /** @param searched how many of the newest entries of an inbox are searched for a message */
    DirectAmender(StreamStore streams, PublishPolicy policy, int searched, FanOut fanOut, ModeratedAppend moderated) {
        this.streams = streams;
        this.policy = policy;
        this.searched = searched;
        this.fanOut = fanOut;
        this.moderated = moderated;
    }

    /**
     * Amends a message. The author's own copy decides, so that the answer tells nothing about the other inbox (CWE-204): a
     * recipient who blocks the author, or no longer has the message, looks like any other.
     */
    Future<PublishResult> amend(PublishRequest request, Amendment amendment, UserId recipient, long now) {
        UserId author = request.from().userId();
        return inOrder.run(
                new Message(amendment.messageId(), author),
                () -> streams.find(StreamName.inbox(author), amendment.messageId(), searched)
                        .map(found ->
                                found.filter(each -> new DirectConversation(author, recipient).contains(each.entry())))
                        .compose(found -> found.map(own -> new Change(request, amendment, recipient, own, now).amend())
                                .orElseGet(() -> absent(request, amendment, recipient, now))));
    }

    /** Refuses an amendment without a message, unless it is a repeat: the own copy may have left the inbox meanwhile. */
    private Future<PublishResult> absent(PublishRequest request, Amendment amendment, UserId recipient, long now) {
        UserId author = request.from().userId();
        return policy.amendment(request, amendment, StreamName.inbox(author), now)
                .fold(
                        own -> {
                            AppendRequest append =
                                    (author.equals(recipient) ? own : ofCopy(own)).decide(Optional.empty());
                            return streams.append(append).map(new PublishAnswer(fanOut, append)::to);
                        },
                        why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    private final class Change {
        private final PublishRequest request;
        private final Amendment amendment;
        private final UserId recipient;
        private final StoredMessage message;
        private final long now;

        /** @param message the author's own copy */
        Change(PublishRequest request, Amendment amendment, UserId recipient, StoredMessage message, long now) {
            this.request = request;
            this.amendment = amendment;
            this.recipient = recipient;
            this.message = message;
            this.now = now;
        }

        /** A repeat gets its first answer, even if the message must not be amended any more. */
        Future<PublishResult> amend() {
            UserId author = request.from().userId();
            boolean toOneself = author.equals(recipient);
            return judged(author, own -> {
                if (own.refusal(message).isPresent()) {
                    return amendOwn(toOneself ? own : ofCopy(own));
                }
                return toOneself ? moderated(author, own, this::amendOwn) : amendBoth(own);
            });
        }

        private Future<PublishResult> amendBoth(AmendRequest own) {
            return judged(
                    recipient,
                    first -> moderated(
                            recipient,
                            first,
                            permitted -> amendPair(counted(permitted.asDecided(message.expiresAt())), ofCopy(own))));
        }

        private Future<PublishResult> judged(UserId owner, Function<AmendRequest, Future<PublishResult>> then) {
            return policy.amendment(request, amendment, StreamName.inbox(owner), now)
                    .fold(then, why -> Future.succeededFuture(new PublishResult.Refused(why)));
        }

        private Future<PublishResult> moderated(
                UserId owner, AmendRequest amend, Function<AmendRequest, Future<PublishResult>> then) {
            return moderated.amend(
                    amendment, amend, by -> policy.edit(request, amendment, by, StreamName.inbox(owner), now), then);
        }

        /** Counts the amendment in the backlog, since it takes a place in the recipient's inbox like a message. */
        private AmendRequest counted(AmendRequest amend) {
            return amend.with(policy.inInbox(amend.append(), amend.by(), recipient));
        }

        /**
         * Amends both copies with the same text. The recipient's inbox refuses only what it would refuse from a blocked author too,
         * and an edit of a message that another node deleted meanwhile. If it accepted the amendment, the own inbox does not refuse
         * it: the author would hear of a refusal although the recipient has the change. Of two edits, the own inbox keeps the one
         * that is later in the recipient's.
         */
        private Future<PublishResult> amendPair(AmendRequest first, AmendRequest own) {
            AmendRequest next = own.with(own.append().saying(first.append().body()));
            return streams.amend(first).compose(outcome -> {
                PublishResult answer = answers(first).to(outcome); // sends a stored entry on
                return outcome instanceof Placed placed
                        ? amendNext(first, placed, next.asDone(placed.position(), message.expiresAt()))
                        : Future.succeededFuture(answer);
            });
        }

        /**
         * Amends the own copy. A first attempt and a repeat take as many calls each, whether the recipient blocks the author or not
         * (CWE-208). The entry that the recipient got is read only if an attempt broke off between the two.
         */
        private Future<PublishResult> amendNext(AmendRequest first, Placed placed, AmendRequest own) {
            boolean repeated = placed instanceof Duplicate && placed.position().seq() > 0;
            return repeated
                    ? amendOwn(own.with(own.append().notLaterThan(0))) // only asks for the known outcome
                            .compose(known -> known instanceof PublishResult.Acked
                                    ? Future.succeededFuture(known)
                                    : streams.entryAt(first.append().stream(), placed.position())
                                            .map(entry -> entry.map(StreamEntry::body)
                                                    .orElse(own.append().body()))
                                            .compose(body -> amendOwn(
                                                    own.with(own.append().saying(body)))))
                    : amendOwn(own);
        }

        private Future<PublishResult> amendOwn(AmendRequest own) {
            return streams.amend(own, Optional.of(message)).map(answers(own)::to);
        }
    }

    /**
     * The amendment of the own copy. Its key names the message, as the key of a copied message does: a client may use one id for
     * several recipients, and the recipient's inbox alone decides whether that is a conflict. An id of a client contains no
     * space.
     */
    private static AmendRequest ofCopy(AmendRequest request) {
        AppendRequest append = request.append();
        return request.with(append.under(append.idempotencyKey()
                .map(key -> new IdempotencyKey(
                        key.user(), key.type(), key.id() + " " + request.messageId(), key.bodyHash(), key.messageId()))
                .orElseThrow()));
    }

    private PublishAnswer answers(AmendRequest request) {
        return new PublishAnswer(fanOut, request.append());
    }

    /** Runs tasks about the same thing one after the other. It may be used on any thread. */
    private static final class InOrder<K> {
        private final Map<K, Future<Void>> last = new HashMap<>();

        <T> Future<T> run(K of, Supplier<Future<T>> step) {
            Promise<Void> over = Promise.promise();
            return begin(of, over.future()).transform(any -> step.get()).onComplete(any -> {
                end(of, over.future());
                over.complete();
            });
        }

        private synchronized Future<Void> begin(K of, Future<Void> over) {
            return Optional.ofNullable(last.put(of, over)).orElse(Future.succeededFuture());
        }

        private synchronized void end(K of, Future<Void> over) {
            last.remove(of, over);
        }
    }
}
