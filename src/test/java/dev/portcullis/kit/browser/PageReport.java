package dev.portcullis.kit.browser;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a page asked for, and what its browser complained of. */
final class PageReport implements DevTools.Listener {
    /** The levels of lines that need no attention. */
    private static final Set<String> QUIET = Set.of("verbose", "info");

    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Errors and lines of scripts, violations of the content security policy, failed requests, and dialogs. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** What it noted so far was expected. */
    void forgetProblems() {
        problems.clear();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void heard(String method, JsonObject event) {
        switch (method) {
            case "Runtime.exceptionThrown" -> problems.add(event.encode());
            case "Runtime.consoleAPICalled" -> note(event.getString("type"), "console: " + event.encode());
            case "Page.javascriptDialogOpening" -> problems.add("dialog " + event.encode());
            case "Log.entryAdded" -> noteEntry(event.getJsonObject("entry"));
            case "Network.requestWillBeSent" ->
                requests.add(event.getJsonObject("request").getString("url"));
            default -> {}
        }
    }

    private void noteEntry(JsonObject entry) {
        String text = entry.getString("source") + ": " + entry.getString("text") + " " + entry.getString("url", "");
        note(entry.getString("level"), text);
    }

    private void note(String level, String text) {
        if (!QUIET.contains(level)) {
            problems.add(text);
        }
    }
}
