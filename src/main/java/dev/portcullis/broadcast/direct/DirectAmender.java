package dev.portcullis.broadcast.direct;

import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.amend.AmendPolicy;
import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendResult;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Duplicate;
import dev.portcullis.streams.AppendResult.Placed;
import dev.portcullis.streams.AppendResult.Stored;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/**
 * Edits and deletes direct messages: in the recipient's inbox, then in the author's own, with a key in each. If an attempt breaks
 * off between the two, the next one under its key completes it, as for a message.
 */
final class DirectAmender {
    private final StreamStore streams;
    private final InboxStore messages;
    private final AmendPolicy policy;
    private final Retention retention;
    private final int searched;
    private final InboxConfig inboxes;
    private final FanOut fanOut;
    private final Optional<ModeratedAppend> moderated;

    /**
     * Runs the amendments of one message one after the other: two edits at a time could end in another order in each of the two
     * inboxes. It orders those of this node alone.
     */
    private final InOrder<Message> inOrder = new InOrder<>();

    /** @param searched how many of the newest entries of an inbox are searched for a message */
    DirectAmender(
            StreamStore streams,
            InboxStore messages,
            AmendPolicy policy,
            Retention retention,
            int searched,
            InboxConfig inboxes,
            FanOut fanOut,
            Optional<ModeratedAppend> moderated) {
        this.streams = streams;
        this.messages = messages;
        this.policy = policy;
        this.retention = retention;
        this.searched = searched;
        this.inboxes = inboxes;
        this.fanOut = fanOut;
        this.moderated = moderated;
    }

    /**
     * Amends a message. The author's own copy decides, so that the answer tells nothing about the other inbox (CWE-204): a
     * recipient who blocks the author, or no longer has the message, looks like any other.
     */
    Future<PublishResult> amend(Amendment amendment, UserId recipient, long now) {
        UserId author = amendment.from().userId();
        return inOrder.run(
                new Message(amendment.messageId(), author),
                () -> messages.find(author, amendment.messageId(), searched)
                        .map(found ->
                                found.filter(each -> new DirectConversation(author, recipient).contains(each.entry())))
                        .compose(found -> found.map(own -> amendBoth(amendment, own, recipient, now))
                                .orElseGet(() -> refused(Reason.NOT_FOUND))));
    }

    private Future<PublishResult> amendBoth(Amendment amendment, StoredMessage message, UserId recipient, long now) {
        UserId author = amendment.from().userId();
        boolean toOneself = author.equals(recipient);
        return judged(amendment, StreamName.inbox(author), now, own -> {
            Optional<AmendResult> refusal = own.refusal(
                    message.author(), message.state(), message.entry().body(), message.stored(), message.edits());
            return refusal.map(why -> unlessKnown(toOneself ? own : ofCopy(own), why))
                    .orElseGet(() -> toOneself
                            ? moderated(amendment, own, now, append -> amendOwn(own.with(append)))
                            : amendBoth(amendment, own, recipient, now));
        });
    }

    private Future<PublishResult> amendBoth(Amendment amendment, AmendRequest own, UserId recipient, long now) {
        return judged(
                amendment,
                StreamName.inbox(recipient),
                now,
                first -> moderated(
                        amendment, first, now, append -> amendPair(counted(first.asDecided(), append), ofCopy(own))));
    }

    /** Refuses, unless the amendment is a repeat: that gets its first answer, even if the message has changed since. */
    private Future<PublishResult> unlessKnown(AmendRequest own, AmendResult refusal) {
        return amendOwn(own.with(own.append().notLaterThan(0)))
                .map(known -> known instanceof PublishResult.Expired ? answer(own, refusal) : known);
    }

    private Future<PublishResult> judged(
            Amendment amendment, StreamName inbox, long now, Function<AmendRequest, Future<PublishResult>> then) {
        return policy.judge(amendment, inbox, retention, now)
                .fold(then, why -> Future.succeededFuture(new PublishResult.Refused(why)));
    }

    /** Lets the moderation judge an edit. A deletion publishes no text. */
    private Future<PublishResult> moderated(
            Amendment amendment, AmendRequest request, long now, Function<AppendRequest, Future<PublishResult>> then) {
        return moderated
                .filter(any -> amendment.content().isPresent())
                .map(each -> each.publish(
                        amendment.target(),
                        request.append(),
                        then,
                        by -> policy.replace(amendment, by, request.append().stream(), retention, now)
                                .fold(replaced -> Result.done(replaced.append()), Result::refused)))
                .orElseGet(() -> then.apply(request.append()));
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

    /** Counts the amendment in the backlog, since it takes a place in the recipient's inbox like a message. */
    private AmendRequest counted(AmendRequest request, AppendRequest append) {
        return request.with(append.in(inboxes.backlogOf(request.by())));
    }

    /**
     * Amends both copies with the same text. The recipient's inbox refuses only what it would refuse from a blocked author too,
     * and an edit of a message that another node deleted meanwhile. If it accepted the amendment, the own inbox does not refuse
     * it: the author would hear of a refusal although the recipient has the change. Of two edits, the own inbox keeps the one
     * that is later in the recipient's.
     */
    private Future<PublishResult> amendPair(AmendRequest first, AmendRequest own) {
        AmendRequest next = own.with(own.append().saying(first.append().body()));
        return streams.amend(first)
                .compose(result -> result.fold(
                        outcome -> {
                            send(outcome);
                            return outcome instanceof Placed placed
                                    ? amendNext(first, placed, next.asDone(placed.position()))
                                    : Future.succeededFuture(outcome.accept(DirectRefusal.REFUSALS));
                        },
                        () -> refused(Reason.NOT_FOUND),
                        () -> refused(Reason.NOT_FOUND),
                        () -> refused(Reason.NOT_FOUND)));
    }

    /**
     * Amends the own copy. A first attempt and a repeat take two calls each, whether the recipient blocks the author or not
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
                                        .compose(body ->
                                                amendOwn(own.with(own.append().saying(body)))))
                : amendOwn(own);
    }

    private Future<PublishResult> amendOwn(AmendRequest request) {
        return streams.amend(request).map(result -> answer(request, result));
    }

    private PublishResult answer(AmendRequest request, AmendResult result) {
        return result.fold(
                outcome -> {
                    send(outcome);
                    return outcome instanceof Placed placed
                            ? new PublishResult.Acked(request.messageId(), placed.position())
                            : outcome.accept(DirectRefusal.REFUSALS);
                },
                () -> PublishResult.refused(Reason.NOT_FOUND),
                () -> PublishResult.refused(Reason.FORBIDDEN),
                () -> PublishResult.refused(Reason.NOT_FOUND));
    }

    private void send(AppendResult outcome) {
        if (outcome instanceof Stored stored) {
            fanOut.send(stored.entry());
        }
    }

    private static Future<PublishResult> refused(Reason reason) {
        return Future.succeededFuture(PublishResult.refused(reason));
    }
}
