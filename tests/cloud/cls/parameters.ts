import * as v from 'valibot';

const name = v.pipe(v.string(), v.maxLength(255), v.regex(/^[^|]+$/));
const tag = v.strictObject({ Key: v.string(), Value: v.string() });

/** Parameters of CreateLogset (614/58625). */
export const createLogset = v.strictObject({ LogsetName: name, Tags: v.optional(v.array(tag), []) });

/** Parameters of DescribeLogsets and DescribeTopics (614/58624, 614/56454). */
export const describe = v.strictObject({
  Filters: v.optional(
    v.array(v.strictObject({ Key: v.string(), Values: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(5)) })),
    [],
  ),
  Limit: v.optional(v.pipe(v.number(), v.maxValue(100)), 20),
  Offset: v.optional(v.number(), 0),
});

/** Parameters of CreateTopic (614/56456). */
export const createTopic = v.strictObject({
  LogsetId: v.string(),
  TopicName: name,
  Period: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3640)),
});

/** Parameters of CreateIndex (614/59332). Whatever is searched for by its name is text with a tokenizer, or a number. */
export const createIndex = v.strictObject({
  TopicId: v.string(),
  Rule: v.strictObject({
    FullText: v.strictObject({ CaseSensitive: v.boolean(), Tokenizer: v.string(), ContainZH: v.optional(v.boolean()) }),
    KeyValue: v.strictObject({
      CaseSensitive: v.boolean(),
      KeyValues: v.array(
        v.strictObject({
          Key: v.string(),
          Value: v.strictObject({
            Type: v.picklist(['text', 'long', 'double']),
            Tokenizer: v.optional(v.string()),
            SqlFlag: v.optional(v.boolean()),
          }),
        }),
      ),
    }),
  }),
  Status: v.optional(v.boolean()),
});

/** Parameters of SearchLog (614/56447): milliseconds, 1,000 lines at most. */
export const searchLog = v.strictObject({
  TopicId: v.string(),
  From: v.number(),
  To: v.number(),
  QueryString: v.string(),
  QuerySyntax: v.optional(v.picklist([0, 1])),
  Sort: v.optional(v.picklist(['asc', 'desc'])),
  Limit: v.optional(v.pipe(v.number(), v.maxValue(1000)), 100),
  Context: v.optional(v.string(), ''),
});

/** Parameters of DeleteLogset and DeleteTopic. */
export const oneLogset = v.strictObject({ LogsetId: v.string() });
export const oneTopic = v.strictObject({ TopicId: v.string() });
