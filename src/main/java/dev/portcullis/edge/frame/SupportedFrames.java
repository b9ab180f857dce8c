package dev.portcullis.edge.frame;

import dev.portcullis.protocol.ClientFrame;

/**
 * One arm for all frames of which nothing is done yet, so that those that something is done of stand out. A new kind of
 * frame has to be named here or wherever it is treated.
 */
abstract class SupportedFrames<R> implements ClientFrame.Cases<R> {
    abstract R unsupported();

    @Override
    public R tokenRefresh(ClientFrame.TokenRefresh frame) {
        return unsupported();
    }

    @Override
    public R chatMessage(ClientFrame.ChatMessage frame) {
        return unsupported();
    }

    @Override
    public R editMessage(ClientFrame.EditMessage frame) {
        return unsupported();
    }

    @Override
    public R deleteMessage(ClientFrame.DeleteMessage frame) {
        return unsupported();
    }

    @Override
    public R typingIndicator(ClientFrame.TypingIndicator frame) {
        return unsupported();
    }

    @Override
    public R read(ClientFrame.Read frame) {
        return unsupported();
    }

    @Override
    public R presence(ClientFrame.Presence frame) {
        return unsupported();
    }

    @Override
    public R systemBroadcast(ClientFrame.SystemBroadcast frame) {
        return unsupported();
    }

    @Override
    public R inboxAck(ClientFrame.InboxAck frame) {
        return unsupported();
    }

    @Override
    public R fileUpload(ClientFrame.FileUpload frame) {
        return unsupported();
    }
}
