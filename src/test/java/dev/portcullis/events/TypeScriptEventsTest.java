package dev.portcullis.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Json;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.protocol.RoomRole;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeScriptEventsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            {}                                                            @ unknown
            {"type":"integer"}                                            @ number
            {"type":["string","null"]}                                    @ string | null
            {"const":"a"}                                                 @ "a"
            {"enum":["a",1,null,[true]]}                                  @ "a" | 1 | null | [true]
            {"type":"array","items":{"type":"string"}}                    @ string[]
            {"items":{"enum":[1,2]}}                                      @ (1 | 2)[]
            {"prefixItems":[{"type":"string"},{"type":"number"}],"items":false,"minItems":1} @ [string, number?]
            {"prefixItems":[{"type":"string"}],"minItems":1}              @ [string, ...unknown[]]
            {"anyOf":[{"type":"string"},{"type":"number"}]}               @ string | number
            {"allOf":[{"const":1},{"type":"number"}]}                     @ 1 & number
            {"anyOf":[{"type":"string"},{}]}                              @ unknown
            {"type":"object","additionalProperties":{"type":"number"}}    @ { [name: string]: number; }
            {"type":"object","additionalProperties":false}                @ { [name: string]: never }
            {"properties":{"a":{"type":"string"},"b-c":true},"required":["a","d"]} @ { "a": string; "b-c"?: unknown; "d": unknown; }
            """)
    void schema_is_translated(String schema, String type) throws IOException {
        assertThat(declarations("e", schema).replaceAll("\\s+", " ").trim())
                .isEqualTo("/** The data of each event, by its name. */ export interface PortcullisEvents { \"e\": E; }"
                        + " export type E = " + type + ";");
    }

    @Test
    void references_are_types_of_their_own() throws IOException {
        assertThat(declarations(
                        "poll.vote",
                        "{\"description\":\"A vote.\",\"properties\":{\"next\":{\"$ref\":\"#\"},\"by\":{\"$ref\":\"#/$defs/user\"}},"
                                + "\"$defs\":{\"user\":{\"type\":\"string\",\"description\":\"An */ id\"}}}"))
                .isEqualTo("""
                        /** The data of each event, by its name. */
                        export interface PortcullisEvents {
                          "poll.vote": PollVote;
                        }

                        /** A vote. */
                        export type PollVote = {
                          "next"?: PollVote;
                          "by"?: PollVoteUser;
                        };

                        /** An *\\/ id */
                        export type PollVoteUser = string;
                        """);
    }

    @Test
    void reference_that_is_percent_encoded_leads_to_the_same_type() throws IOException {
        assertThat(declarations(
                        "e",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/a%20b\"},\"b\":{\"$ref\":\"#/$defs/%61%20b\"},"
                                + "\"c\":{\"$ref\":\"#/%24defs/d%7E1e%2B+\"}},"
                                + "\"$defs\":{\"a b\":{\"type\":\"string\"},\"d/e++\":{\"type\":\"number\"}}}"))
                .endsWith("""
                        export type E = {
                          "a"?: EAB;
                          "b"?: EAB;
                          "c"?: ED1e;
                        };

                        export type EAB = string;

                        export type ED1e = number;
                        """);
    }

    private static String declarations(String id, String schema) throws IOException {
        Map<String, Object> parsed = new LinkedHashMap<>();
        if (Json.parse(schema) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> parsed.put(String.valueOf(key), value));
        }
        return TypeScriptEvents.declarations(EventTypes.of(List.of(new EventType(
                id,
                parsed,
                true,
                EnumSet.allOf(Destination.class),
                RoomRole.MEMBER,
                Source.CLIENTS,
                OptionalInt.empty()))));
    }
}
