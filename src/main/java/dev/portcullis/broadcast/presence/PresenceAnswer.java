package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.WireName;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** An owner's answer about a room. */
public sealed interface PresenceAnswer {
    <R> R fold(Function<Page, R> page, Supplier<R> unknown, Supplier<R> barred);

    /** @param lately whether a user left the room lately */
    default PresenceAnswer detached(boolean lately) {
        return fold(
                page -> new Page(page.version(), page.count(), page.users(), page.more(), lately),
                () -> this,
                () -> this);
    }

    /**
     * @param version the version of the room's presence; it grows by one with each change that is sent
     * @param count the number of all users in the room
     * @param users some of the users, in the order of their ids
     * @param detached whether a user left lately: the reader may have left before the read, and must be asked for permission
     * again
     */
    @WireName("page")
    record Page(long version, int count, List<PresentUser> users, boolean more, boolean detached)
            implements PresenceAnswer {
        Page(long version, int count, List<PresentUser> users, boolean more) {
            this(version, count, users, more, false);
        }

        @Override
        public <R> R fold(Function<Page, R> page, Supplier<R> unknown, Supplier<R> barred) {
            return page.apply(this);
        }
    }

    /** Not all edges have told the owner yet, or the room has another owner. */
    @WireName("unknown")
    record Unknown() implements PresenceAnswer {
        @Override
        public <R> R fold(Function<Page, R> page, Supplier<R> unknown, Supplier<R> barred) {
            return unknown.get();
        }
    }

    /** The user is barred, and gets no answer about the room. */
    @WireName("barred")
    record Barred() implements PresenceAnswer {
        @Override
        public <R> R fold(Function<Page, R> page, Supplier<R> unknown, Supplier<R> barred) {
            return barred.get();
        }
    }
}
