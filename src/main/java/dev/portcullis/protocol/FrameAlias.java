package dev.portcullis.protocol;

/** Another name that clients send a frame under. It has a limit of its own, besides those of the frame. */
public enum FrameAlias implements ClientAction {
    /** The name of a {@code chat} in applications that were written for Socket.IO. */
    SEND_MESSAGE("send-message");

    private final String id;

    FrameAlias(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }
}
