package dev.portcullis.edge.api;

import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.StaticFiles;
import io.vertx.core.json.JsonObject;

/** The pages of the public listener: what a person, or a person's assistant, reads, as opposed to what a program calls. */
public final class PublicPages {
    private static final String DEMO = "/webroot/demo";
    private static final String REFERENCE = "/webroot/reference";
    private static final String GUIDES = "/webroot/docs";

    private PublicPages() {}

    /** @param accounts whether and how users register and log in at this server */
    public static StaticFiles files(AccountsConfig accounts) {
        StaticFiles.Builder files = StaticFiles.builder().resource("/favicon.svg", "/webroot/favicon.svg");
        return guides(reference(demo(files, accounts))).build();
    }

    private static StaticFiles.Builder demo(StaticFiles.Builder files, AccountsConfig accounts) {
        return files.resource("/", DEMO + "/index.html")
                .folder(
                        "/demo",
                        DEMO,
                        "account.js",
                        "style.css",
                        "chat.css",
                        "app.js",
                        "announce.js",
                        "api.js",
                        "chat.js")
                .folder("/demo", DEMO, "composer.js", "conversation.js", "directory.js", "dom.js", "events.js")
                .folder("/demo", DEMO, "files.js", "format.js", "happened.js", "icons.js", "invitations.js", "links.js")
                .folder("/demo", DEMO, "login.js", "logout.js", "markup.js", "memory.js", "message.js", "messages.js")
                .folder(
                        "/demo",
                        DEMO,
                        "outbox.js",
                        "panel.js",
                        "people.js",
                        "profile.js",
                        "rooms.js",
                        "search.js",
                        "shell.js")
                .folder("/demo", DEMO, "sidebar.js", "signals.js", "timeline.js", "trouble.js", "verification.js")
                .add(
                        "/demo/settings.json",
                        HttpResponses.JSON,
                        new JsonObject()
                                .put("accounts", accounts.enabled())
                                .put("registration", accounts.registration().id())
                                .put("mails", accounts.mails())
                                .encode());
    }

    private static StaticFiles.Builder reference(StaticFiles.Builder files) {
        return files.resource("/reference", REFERENCE + "/index.html")
                .folder("/reference", REFERENCE, "style.css", "console.css", "main.js", "calls.js", "codes.js")
                .folder("/reference", REFERENCE, "console.js", "dom.js", "frames.js", "log.js", "model.js", "nav.js")
                .folder("/reference", REFERENCE, "schema.js", "wire.js");
    }

    /** The pages for who builds an application: those of this very release, so that what they name is there. */
    private static StaticFiles.Builder guides(StaticFiles.Builder files) {
        return files.resource("/llms.txt", "/webroot/llms.txt")
                .folder("/docs", GUIDES, "assistant.md", "tutorial.md", "protocol.md", "javascript.md", "java.md")
                .folder("/docs", GUIDES, "login.md", "events.md", "uploads.md", "server-api.md", "hooks.md")
                .folder("/docs", GUIDES, "application-hooks.md", "socketio.md", "troubleshooting.md");
    }
}
