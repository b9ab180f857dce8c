package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The answer to whether a session may begin, from the store to the edge. */
public sealed interface SessionOpening {
    <R> R fold(Cases<R> cases);

    /** What a caller does with each answer. */
    record Cases<R>(
            Function<Opened, R> opened,
            Function<TokenDefect, R> denied,
            Function<AtCap, R> atCap,
            Function<HandshakesLimited, R> handshakesLimited,
            Function<Probing, R> probing) {}

    /**
     * The session began. The caller must end it.
     *
     * @param cutoffs the newest cut-off of the session's lane when the session was registered, if the store can tell: a node that
     *     knows it knows all that were stored before
     * @param inbox where delivery of the user's inbox begins, if the store told it with the session
     * @param lane where the session's lane was then: what was appended later is not in {@code inbox}
     */
    @WireName("Opened")
    record Opened(Session session, Optional<LaneCursor> cutoffs, Optional<Delivery> inbox, Optional<LaneCursor> lane)
            implements SessionOpening {
        public Opened(Session session, Optional<LaneCursor> cutoffs, Optional<Delivery> inbox) {
            this(session, cutoffs, inbox, Optional.empty());
        }

        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.opened().apply(this);
        }
    }

    @WireName("Denied")
    record Denied(TokenDefect defect) implements SessionOpening {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.denied().apply(defect);
        }
    }

    /**
     * The user has as many live sessions as allowed.
     *
     * @param sessions all of them, oldest first
     */
    @WireName("AtCap")
    record AtCap(UserId user, List<Session> sessions) implements SessionOpening {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.atCap().apply(this);
        }
    }

    /** The user had too many handshakes within the last minute. */
    @WireName("HandshakesLimited")
    record HandshakesLimited(UserId user, long retryAfterMs) implements SessionOpening {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.handshakesLimited().apply(this);
        }
    }

    /**
     * The user is at the cap, but these sessions may be ghosts, or have just ended: the caller asks again with them after
     * {@code waitMs}. So no question waits for a ping.
     */
    @WireName("Probing")
    record Probing(List<Session> suspects, long waitMs) implements SessionOpening {
        @Override
        public <R> R fold(Cases<R> cases) {
            return cases.probing().apply(this);
        }
    }
}
