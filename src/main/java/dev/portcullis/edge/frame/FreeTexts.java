package dev.portcullis.edge.frame;

import dev.portcullis.protocol.ClientFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts in a frame that have no form of their own.
 *
 * @param content the text of a message
 * @param fields the names and addresses of files
 * @param reasons the reasons for acts against other users, who may be quoted there
 */
record FreeTexts(Optional<String> content, List<String> fields, List<String> reasons) {
    private static final FreeTexts NONE = new FreeTexts(Optional.empty(), List.of(), List.of());
    private static final ClientFrame.Cases<FreeTexts> READER = new Reader();

    static FreeTexts of(ClientFrame frame) {
        return frame.accept(READER);
    }

    private static FreeTexts message(String content, List<ClientFrame.Attachment> attachments) {
        List<String> fields = new ArrayList<>(2 * attachments.size());
        attachments.forEach(each -> {
            fields.add(each.name());
            fields.add(each.url());
        });
        return new FreeTexts(Optional.of(content), fields, List.of());
    }

    /** Finds the texts. It is a visitor, so that a new frame does not compile before its text is found. */
    private static final class Reader implements ClientFrame.Cases<FreeTexts> {
        @Override
        public FreeTexts chat(ClientFrame.Chat frame) {
            return message(frame.content(), frame.attachments());
        }

        @Override
        public FreeTexts chatMessage(ClientFrame.ChatMessage frame) {
            return message(frame.content(), frame.attachments());
        }

        @Override
        public FreeTexts editMessage(ClientFrame.EditMessage frame) {
            return message(frame.content(), List.of());
        }

        @Override
        public FreeTexts systemBroadcast(ClientFrame.SystemBroadcast frame) {
            return message(frame.content(), List.of());
        }

        @Override
        public FreeTexts removeUser(ClientFrame.RemoveUser frame) {
            return new FreeTexts(
                    Optional.empty(), List.of(), frame.reason().stream().toList());
        }

        @Override
        public FreeTexts fileUpload(ClientFrame.FileUpload frame) {
            return new FreeTexts(Optional.empty(), List.of(frame.name(), frame.mime()), List.of());
        }

        /**
         * Finds none: the data of an event is no text of a chat. Its schema bounds it, and signatures would find attacks in any
         * data.
         */
        @Override
        public FreeTexts event(ClientFrame.Event frame) {
            return NONE;
        }

        @Override
        public FreeTexts auth(ClientFrame.Auth frame) {
            return NONE;
        }

        @Override
        public FreeTexts tokenRefresh(ClientFrame.TokenRefresh frame) {
            return NONE;
        }

        @Override
        public FreeTexts join(ClientFrame.Join frame) {
            return NONE;
        }

        @Override
        public FreeTexts leave(ClientFrame.Leave frame) {
            return NONE;
        }

        @Override
        public FreeTexts deleteMessage(ClientFrame.DeleteMessage frame) {
            return NONE;
        }

        @Override
        public FreeTexts typingIndicator(ClientFrame.TypingIndicator frame) {
            return NONE;
        }

        @Override
        public FreeTexts read(ClientFrame.Read frame) {
            return NONE;
        }

        @Override
        public FreeTexts history(ClientFrame.History frame) {
            return NONE;
        }

        @Override
        public FreeTexts presence(ClientFrame.Presence frame) {
            return NONE;
        }

        @Override
        public FreeTexts inboxAck(ClientFrame.InboxAck frame) {
            return NONE;
        }

        @Override
        public FreeTexts ping(ClientFrame.Ping frame) {
            return NONE;
        }

        @Override
        public FreeTexts healthCheck(ClientFrame.HealthCheck frame) {
            return NONE;
        }
    }
}
