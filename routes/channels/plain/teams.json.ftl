<#ftl output_format="JSON">
<#assign text><#outputformat "Markdown">${plain}</#outputformat></#assign>
{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "contentUrl": null,
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.2",
      "body": [{"type": "TextBlock", "wrap": true, "text": "${text?markup_string}"}]
    }
  }]
}
