package dev.portcullis.protocol;

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
public record FreeTexts(Optional<String> content, List<String> fields, List<String> reasons) {
    static final FreeTexts NONE = new FreeTexts(Optional.empty(), List.of(), List.of());

    static FreeTexts message(String content, List<ClientFrame.Attachment> attachments) {
        List<String> fields = new ArrayList<>(2 * attachments.size());
        attachments.forEach(each -> {
            fields.add(each.name());
            fields.add(each.url());
        });
        return new FreeTexts(Optional.of(content), fields, List.of());
    }
}
