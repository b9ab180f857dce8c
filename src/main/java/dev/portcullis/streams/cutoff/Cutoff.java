package dev.portcullis.streams.cutoff;

import dev.portcullis.bus.Notice;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.streams.StreamName;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An entry in the cut-off stream of a lane: it names sessions that every edge must treat as ended from now on. It stands in the
 * lane of the user whose connections it closes, since a frame passes only while that lane is known. It ends no session in the
 * store: its publisher does that afterwards.
 */
public sealed interface Cutoff {
    /** A notice that is only a hint: the edge reads that lane a little sooner than it would by itself. */
    Notice<Hint> NOTICE = new Notice<>(Stage.EDGE, "cutoff", Hint.class);

    <R> R fold(
            Function<SessionEnded, R> sessionEnded,
            Function<TokenRevoked, R> tokenRevoked,
            Function<UserCutOff, R> userCutOff);

    /** Identifies the cut-off among all of its type: two with the same text are the same cut-off. */
    String key();

    /** The lane has new cut-offs. */
    record Hint(int lane) {}

    /** One session has ended. */
    record SessionEnded(String sessionId, SessionEnded.Cause cause) implements Cutoff {
        /** The reason why the session ended. */
        public enum Cause {
            /** A newer session of the same user replaced it. */
            EVICTED("evicted"),
            /** Its client did not answer a ping, or its node did not renew its lease. */
            @WireName("SILENT")
            UNRESPONSIVE("silent"),
            /** An operator ended it. */
            FORCED("forced"),
            /** The reason is one that only a later release knows. The session has ended all the same. */
            OTHER("other");

            private final String id;

            Cause(String id) {
                this.id = id;
            }

            /** The name in the stream. */
            public String id() {
                return id;
            }

            static SessionEnded.Cause of(String id) {
                return Stream.of(values())
                        .filter(each -> each.id.equals(id))
                        .findFirst()
                        .orElse(OTHER);
            }
        }

        @Override
        public String key() {
            return sessionId + "." + cause.id();
        }

        @Override
        public <R> R fold(
                Function<SessionEnded, R> sessionEnded,
                Function<TokenRevoked, R> tokenRevoked,
                Function<UserCutOff, R> userCutOff) {
            return sessionEnded.apply(this);
        }
    }

    /**
     * A token is revoked, or all tokens of a login, and with them each session that was opened with one.
     *
     * @param id the {@code jti} or the hash of the signed part; for a family the {@code sid}
     * @param user the user of the token. Two issuers may use the same id, so it is empty only where an operator does not know the
     * user; such a cut-off stands in every lane.
     */
    record TokenRevoked(String id, TokenRevoked.By by, Optional<UserId> user) implements Cutoff {
        /** The kind of the id. */
        public enum By {
            TOKEN("jti"),
            /** The id names all tokens of one login. */
            FAMILY("sid");

            private final String id;

            By(String id) {
                this.id = id;
            }

            /** The name in the stream. */
            public String id() {
                return id;
            }
        }

        public static TokenRevoked token(String tokenId, Optional<UserId> user) {
            return new TokenRevoked(tokenId, By.TOKEN, user);
        }

        public static TokenRevoked family(String sid, Optional<UserId> user) {
            return new TokenRevoked(sid, By.FAMILY, user);
        }

        /** The revoked id as a hash, since an issuer may put any text into a {@code jti}, with the kind and the user. */
        @Override
        public String key() {
            String prefix = by == By.TOKEN ? "" : by.id() + ".";
            return prefix
                    + Sha256.base64Url(id)
                    + user.map(of -> "." + of.value()).orElse("");
        }

        @Override
        public <R> R fold(
                Function<SessionEnded, R> sessionEnded,
                Function<TokenRevoked, R> tokenRevoked,
                Function<UserCutOff, R> userCutOff) {
            return tokenRevoked.apply(this);
        }
    }

    /**
     * Ends each session of a user whose token was issued before a time.
     *
     * @param issuedBefore the time of the decision, in milliseconds. With it, an old cut-off does not end the session of a user
     * who logs in again, and the user may be cut off once more. {@link #ALL} only stands for a body without a time. A token
     * without {@code iat} is older than any.
     */
    record UserCutOff(UserId user, long issuedBefore, UserCutOff.Cause cause) implements Cutoff {
        public static final long ALL = Long.MAX_VALUE;

        /** The reason why the user is cut off. */
        public enum Cause {
            REVOKED("revoked"),
            BANNED("banned");

            private final String id;

            Cause(String id) {
                this.id = id;
            }

            /** The name in the stream. */
            public String id() {
                return id;
            }
        }

        public int lane() {
            return StreamName.inbox(user).lane();
        }

        @Override
        public String key() {
            return user.value() + "." + issuedBefore + "." + cause.id();
        }

        @Override
        public <R> R fold(
                Function<SessionEnded, R> sessionEnded,
                Function<TokenRevoked, R> tokenRevoked,
                Function<UserCutOff, R> userCutOff) {
            return userCutOff.apply(this);
        }
    }
}
