package dev.portcullis.bus;

import dev.portcullis.protocol.record.WireForm;
import org.jspecify.annotations.Nullable;

/** The same notice for several instances, encoded once, when the first of them is on another node. Not thread-safe. */
public final class NoticeMulticast<T> {
    private final Notice<T> notice;
    private final T body;
    private final LocalSenders local;
    private final String node;
    private final NodeLinks links;
    private byte @Nullable [] encoded;

    /** A notice within this node. */
    record LocalNotice(Object body) {}

    NoticeMulticast(Notice<T> notice, T body, LocalSenders local, String node, NodeLinks links) {
        this.notice = notice;
        this.body = body;
        this.local = local;
        this.node = node;
        this.links = links;
    }

    /** Sends the notice once. It may be lost; it is dropped when too many bytes to that node are unacknowledged. */
    public void sendTo(String target, int instance) {
        if (target.equals(node)) {
            local.to(notice, instance).write(new LocalNotice(body));
        } else if (links.isLinked(target)) {
            links.send(target, new NoticeBatch.Item(notice.handlerName(instance), encoded()));
        }
    }

    private byte[] encoded() {
        byte[] bytes = encoded == null ? WireForm.of(notice.payloadType()).encode(body) : encoded;
        encoded = bytes;
        return bytes;
    }
}
