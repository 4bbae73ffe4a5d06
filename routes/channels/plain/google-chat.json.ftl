<#ftl output_format="JSON">
{"text": "${plain?replace("<", "‹")?replace(">", "›")}", "thread": {"threadKey": "${thread}"}}
