// Sends each answer of a Google Form to Leadbell, signed. For the preset google_forms:
// paste this into the form's script editor, fill in the two lines below, and add a trigger: on form submit, function ring.
const ADDRESS = 'https://leads.example.com/hooks/KEY';
const SECRET = 'whsec_…';

function ring(event) {
  const response = event.response;
  const form = FormApp.getActiveForm();
  const body = JSON.stringify({
    v: 1,
    source: 'google_forms',
    form_id: form.getId(),
    form_title: form.getTitle(),
    response_id: response.getId(),
    submitted_at: response.getTimestamp().toISOString(),
    respondent_email: response.getRespondentEmail() || '',
    answers: response.getItemResponses().map((item) => ({
      item_id: String(item.getItem().getId()),
      title: item.getItem().getTitle(),
      type: String(item.getItem().getType()),
      value: item.getResponse(),
    })),
  });
  const id = 'gf_' + response.getId();
  // Google runs this once: tried three times, the last error is shown among the script's executions.
  for (let attempt = 1; ; attempt++) {
    const answer = UrlFetchApp.fetch(ADDRESS, {
      method: 'post',
      contentType: 'application/json',
      payload: body,
      headers: signed(id, body),
      muteHttpExceptions: true,
    });
    if (answer.getResponseCode() < 300) return;
    if (attempt === 3) throw new Error('Leadbell answered ' + answer.getResponseCode() + ': ' + answer.getContentText());
    Utilities.sleep(attempt * 5000);
  }
}

function signed(id, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Utilities.base64Decode(SECRET.replace(/^whsec_/, ''));
  const bytes = Utilities.newBlob(id + '.' + timestamp + '.' + body).getBytes();
  const signature = Utilities.base64Encode(Utilities.computeHmacSha256Signature(bytes, key));
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': 'v1,' + signature };
}
