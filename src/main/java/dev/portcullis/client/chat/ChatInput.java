package dev.portcullis.client.chat;

import dev.portcullis.protocol.RoomId;

/** A typed line: a command, or a text to send. */
sealed interface ChatInput {
    <R> R accept(Cases<R> cases);

    /** One method for each input. */
    interface Cases<R> {
        R say(Say input);

        R join(Join input);

        R history(History input);

        R quit(Quit input);

        R unclear(Unclear input);
    }

    static ChatInput of(String line) {
        String trimmed = line.strip();
        if (trimmed.startsWith("//")) {
            return new Say(trimmed.substring(1));
        }
        if (!trimmed.startsWith("/")) {
            return trimmed.isEmpty() ? new Unclear("") : new Say(line);
        }
        String[] words = trimmed.split("\\s+", 2);
        return switch (words[0]) {
            case "/join" ->
                words.length == 2 && RoomId.isValid(words[1])
                        ? new Join(words[1])
                        : new Unclear("/join needs the name of a room: 1 to 64 letters, digits and _.:-");
            case "/history" -> new History();
            case "/quit" -> new Quit();
            default -> new Unclear("there are /join ROOM, /history and /quit; // begins a message with a slash");
        };
    }

    record Say(String text) implements ChatInput {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.say(this);
        }
    }

    record Join(String room) implements ChatInput {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.join(this);
        }
    }

    record History() implements ChatInput {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.history(this);
        }
    }

    record Quit() implements ChatInput {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.quit(this);
        }
    }

    /** @param hint how to write the command; empty for an empty line */
    record Unclear(String hint) implements ChatInput {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.unclear(this);
        }
    }
}
