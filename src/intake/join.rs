//! Puts answers beside their questions, where a provider sends the two apart: the questions with the form, the answers with the lead.
//! What comes out is the same list of labelled answers that other senders write themselves, so that it is read in the same way.

use serde::Deserialize;
use serde_json::{Value, json};
use serde_json_path::JsonPath;

use super::json::{Tree, text_of};
use super::mapping::{MappingFault, path};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinText {
    /// Each answer.
    answers: String,
    /// Each question.
    questions: String,
    /// The key that names the question, in both.
    id: String,
    /// In a question: what it is called, for people.
    label: Vec<String>,
    /// In a question: what kind of answer it wants.
    hint: String,
    /// In an answer: what was answered.
    value: Vec<String>,
    /// In a question: each choice.
    options: String,
    /// In a choice: its words.
    option_text: String,
}

/// How answers and questions belong together.
#[derive(Debug, Clone)]
pub(super) struct Join {
    answers: JsonPath,
    questions: JsonPath,
    id: String,
    label: Vec<JsonPath>,
    hint: JsonPath,
    value: Vec<JsonPath>,
    options: JsonPath,
    option_text: JsonPath,
}

impl Join {
    pub(super) fn new(text: JoinText) -> Result<Self, MappingFault> {
        let many = |list: &[String]| list.iter().map(|p| path("join", p)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            answers: path("join", &text.answers)?,
            questions: path("join", &text.questions)?,
            label: many(&text.label)?,
            hint: path("join", &text.hint)?,
            value: many(&text.value)?,
            options: path("join", &text.options)?,
            option_text: path("join", &text.option_text)?,
            id: text.id,
        })
    }

    /// The answers with their questions, in the order answered. A question that is not known is called by its number.
    pub(super) fn run(&self, tree: &Tree) -> Tree {
        let id = |node: &Tree| node.get(&self.id).and_then(text_of);
        let questions = self.questions.query(tree).all();
        let joined = self.answers.query(tree).all().into_iter().filter_map(|answer| {
            let number = id(answer)?;
            let values: Vec<Value> = first(&self.value, answer).into_iter().map(Value::String).collect();
            let question = questions.iter().copied().find(|question| id(question).as_ref() == Some(&number));
            let label = question.and_then(|question| first(&self.label, question).into_iter().next());
            let hint = question.and_then(|question| self.hint.query(question).first().and_then(text_of));
            let options: Vec<Value> = question.map(|question| self.choices(question)).unwrap_or_default();
            let label = label.unwrap_or_else(|| format!("question {number}"));
            (!values.is_empty()).then(|| json!({"label": label, "type": hint, "value": values, "options": options}))
        });
        joined.collect()
    }

    fn choices(&self, question: &Tree) -> Vec<Value> {
        let choices = self.options.query(question).all().into_iter();
        choices.map(|choice| json!({"id": choice.get("id"), "text": self.option_text.query(choice).first()})).collect()
    }
}

/// What stands at the first of these places where something stands.
fn first(paths: &[JsonPath], tree: &Tree) -> Vec<String> {
    let texts = |path: &JsonPath| path.query(tree).all().into_iter().filter_map(text_of).collect::<Vec<_>>();
    paths.iter().map(texts).find(|texts| !texts.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sources::preset;
    use super::*;

    #[test]
    fn an_answer_stands_beside_its_question_and_one_without_is_not_lost() {
        let form = json!({"content": {"questions": [
            {"questionId": 1, "predefinedField": "EMAIL"},
            {"questionId": 2, "question": {"localized": {"de_DE": "Wann?"}},
             "questionDetails": {"multipleChoiceQuestionDetails": {"options": [{"id": 4, "text": {"localized": {"de_DE": "Bald"}}}]}}}]}});
        let text = |n: u8, answer: &str| json!({"questionId": n, "answerDetails": {"textQuestionAnswer": {"answer": answer}}});
        let choice = json!({"questionId": 2, "answerDetails": {"multipleChoiceAnswer": {"options": [4]}}});
        let old = json!({"questionId": 9, "accepted": {"answer": "older shape"}});
        let lead = json!({"formResponse": {"answers": [text(1, "a@example.com"), choice, old, {"questionId": 7}]}});
        let api = preset("linkedin_lead_gen").unwrap().api.as_ref().unwrap();
        let tree = api.tree(&json!({}), &[("lead", lead), ("form", form)]);
        assert_eq!(
            tree["joined"],
            json!([
                {"label": "EMAIL", "type": "EMAIL", "value": ["a@example.com"], "options": []},
                {"label": "Wann?", "type": null, "value": ["4"], "options": [{"id": 4, "text": "Bald"}]},
                {"label": "question 9", "type": null, "value": ["older shape"], "options": []},
            ])
        );
    }
}
