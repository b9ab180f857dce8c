package dev.portcullis.app.node.assembly;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.codec.FrameEncoder;
import dev.portcullis.rooms.MembershipNotice;
import dev.portcullis.rooms.MembershipNotices;
import dev.portcullis.rooms.directory.RoomRole;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import java.util.List;

/** Sends what the stage rooms tells users, as frames to the sessions of each. */
record MembershipFrames(Broadcaster broadcaster) implements MembershipNotices {
    @Override
    public void tell(List<MembershipNotice> notices) {
        broadcaster.send(notices.stream().map(MembershipFrames::frame).toList());
    }

    private static TransientFrame frame(MembershipNotice notice) {
        return new TransientFrame(
                StreamName.inbox(notice.to()),
                FrameEncoder.encode(new ServerFrame.Membership(
                        notice.room(), notice.role().map(RoomRole::id), notice.name(), notice.by())));
    }
}
