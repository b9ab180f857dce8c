package dev.portcullis.edge.frame;

import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.direct.DirectMessages.InboxOwner;
import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.frame.PendingJoin.JoinRequest;
import dev.portcullis.edge.session.SessionOutcome.InboxStart;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.GapEntry;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Sends each session the waiting entries of its user's inbox, part by part as the socket drains, and then the new ones. It uses
 * the machinery of a resume, although the client did not ask for one: the client goes on with its frames meanwhile. A session
 * that can't be served is closed, since its client would wait for messages in silence.
 */
public final class InboxDelivery {
    private static final int MAX_TRIES = 5;
    private static final long FIRST_PAUSE_MS = 100;

    private final PendingJoin.Shared shared;
    private final DirectMessages messages;

    /** @param joins whose resumes it shares */
    public InboxDelivery(JoinHandler joins, DirectMessages messages) {
        this.shared = joins.shared();
        this.messages = messages;
    }

    public void begin(Connection to, InboxStart start) {
        new Attempts(to, start.since()).from(start);
    }

    /** Acknowledges entries that were sent on this connection; others can't be acknowledged. */
    Future<FrameOutcome> acknowledge(Connection from, ClientFrame.InboxAck frame, FrameDeadline deadline) {
        return from.inbox()
                .upTo(frame.inboxSeq())
                .map(position -> acknowledge(from, position, deadline))
                .orElseGet(() -> Future.succeededFuture(FrameOutcome.None.NONE));
    }

    private Future<FrameOutcome> acknowledge(Connection from, Position upTo, FrameDeadline deadline) {
        return messages.acknowledge(owner(from), upTo, deadline.leftToAnswer()).map(any -> {
            from.inbox().acknowledged(upTo);
            return FrameOutcome.None.NONE;
        });
    }

    /** The owner of the inbox that a connection is sent. */
    private static InboxOwner owner(Connection of) {
        return new InboxOwner(of.sender().userId(), of.session().family());
    }

    /** The attempts of one connection, until it gets the new entries. */
    private final class Attempts {
        private final ClearableReference<Connection> reference;
        private final StreamName inbox;
        private final long begin;
        private int tries;

        Attempts(Connection to, Position since) {
            this.reference = to.reference();
            this.inbox = StreamName.inbox(to.sender().userId());
            this.begin = since.seq();
        }

        void from(InboxStart start) {
            reference.ifPresent(to -> {
                if (!to.isClosing()) {
                    JoinRequest request = new JoinRequest(
                            inbox,
                            Optional.of(start.since()),
                            Optional.empty(),
                            missed -> send(to, missed.slice()),
                            lost -> begin(to),
                            () -> Future.succeededFuture(Verdict.GRANTED));
                    PendingJoin.knowing(shared, to, request, start.known())
                            .begin(FrameDeadline.fromNow())
                            .onSuccess(this::onOutcome);
                }
            });
        }

        /**
         * Sends a part, or tries again later if the inbox does not continue from the client's position: it has forgotten that
         * position, or was trimmed meanwhile. The rest follows from the position that the store names.
         */
        private void send(Connection to, Slice missed) {
            if (missed.exact()) {
                tries = 0;
                to.replay(EntryFrame.messages(GapEntry.joined(missed.entries())));
                to.inboxReached(missed.head());
            } else {
                to.subscriptions().leave(inbox);
                later();
            }
        }

        private void onOutcome(FrameOutcome outcome) {
            if (outcome != FrameOutcome.None.NONE) {
                later();
            }
        }

        private void later() {
            if (tries == MAX_TRIES) {
                reference.ifPresent(to -> to.close(CloseCode.NO_CAPACITY));
                return;
            }
            long pause = FIRST_PAUSE_MS << tries;
            tries++;
            shared.timers().in(pause, this::reopen);
        }

        private void reopen() {
            reference.ifPresent(to -> {
                if (!to.isClosing()) {
                    messages.open(owner(to), Optional.empty())
                            .onSuccess(delivery -> {
                                tellGap(to, delivery);
                                from(new InboxStart(delivery.since(), Optional.empty()));
                            })
                            .onFailure(failure -> later());
                }
            });
        }

        /**
         * Tells the client of a gap: the entries were sent neither to it nor to another client of the user, and are no longer
         * kept.
         */
        private void tellGap(Connection to, Delivery delivery) {
            Position since = delivery.since();
            long reached =
                    Math.max(delivery.acknowledged(), Math.max(begin, to.inbox().reached()));
            if (since.seq() > reached) {
                to.replay(new ServerFrame.Gap(since, since.seq() - reached));
                to.inboxReached(since);
            }
        }

        /** Sends the rest again, since entries were lost between two that were delivered. */
        private void begin(Connection to) {
            to.subscriptions().leave(inbox);
            reopen();
        }
    }
}
