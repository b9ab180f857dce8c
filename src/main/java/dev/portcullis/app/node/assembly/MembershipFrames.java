package dev.portcullis.app.node.assembly;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.rooms.MembershipNotice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends what the stage rooms tells users, as frames to the sessions of each.
 *
 * @param sender tells when the next frames may follow; where it fails, those are lost
 */
record MembershipFrames(Function<List<TransientFrame>, Future<?>> sender) implements Consumer<List<MembershipNotice>> {
    /** The thousands of a large room in one message would hold up the event loops of two stages (CWE-400). */
    static final int AT_ONCE = 100;

    @Override
    public void accept(List<MembershipNotice> notices) {
        int sent = Math.min(AT_ONCE, notices.size());
        sender.apply(notices.subList(0, sent).stream()
                        .map(MembershipFrames::frame)
                        .toList())
                .onSuccess(any -> {
                    if (sent < notices.size()) {
                        accept(notices.subList(sent, notices.size()));
                    }
                });
    }

    private static TransientFrame frame(MembershipNotice notice) {
        return new TransientFrame(
                StreamName.inbox(notice.to()),
                FrameChunks.encode(new ServerFrame.Membership(
                        notice.room(),
                        notice.role().map(RoomRole::id),
                        notice.name(),
                        notice.by(),
                        notice.invited().map(RoomRole::id))));
    }
}
